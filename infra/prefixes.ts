/** Where what lives in the data bucket. */
export const prefixes = {
  /** Photos, a folder for each split and class. */
  data: "data/",
  /** Trained models, as model.tar.gz. */
  models: "models/",
  /** Requests and answers recorded by endpoints. */
  capture: "capture/",
  /** Requests to async endpoints and their answers. */
  asynchronous: "async/",
  /** Photos and answers of batch transform jobs. */
  batch: "batch/",
  /** Extracted features, checkpoints and other things that can be made again. */
  cache: "cache/",
  /** Training code for the trainer. */
  code: "code/",
} as const;

/** The folder that recordings of an endpoint go to. */
export function capturePrefix(endpointName: string): string {
  return `${prefixes.capture}${endpointName}/`;
}

/** The folders of an async endpoint: requests wait in the first, answers appear in the second, errors in the third. */
export function asyncPrefixes(endpointName: string) {
  const folder = `${prefixes.asynchronous}${endpointName}/`;
  return {
    requests: `${folder}requests/`,
    answers: `${folder}answers/`,
    errors: `${folder}errors/`,
  };
}

/** The folders of batches: jobs with the endpoint's model find photos in the first, and write their answers to the second. */
export function batchPrefixes(endpointName: string) {
  const folder = `${prefixes.batch}${endpointName}/`;
  return { requests: `${folder}requests/`, answers: `${folder}answers/` };
}
