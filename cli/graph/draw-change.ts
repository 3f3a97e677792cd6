import { pictureOf, type StackPicture } from "../local/stack-picture";
import { pageOf } from "../review/page";
import type { Review } from "../review/review-change";
import type { StackReview } from "../review/review-repository";
import { drawStack } from "./draw-stack";

/** A stack after a change and what it loses, with what the change does at each resource, what it costs and newly reaches. */
export function drawChange({
  review,
  before,
  after,
}: Pick<StackReview, "review" | "before" | "after">): string {
  const changes = new Map(review.changes.map(({ urn, kind }) => [urn, kind] as const));
  const present = new Set((after?.resources ?? []).map(({ urn }) => urn));
  // A component that goes holds what goes with it.
  const gone = (before?.resources ?? []).filter(
    ({ urn, custom }) => !present.has(urn) && (!custom || changes.get(urn) === "deleted"),
  );
  const resources = [...(after?.resources ?? []), ...gone];
  const { project, stack, verdict, findings } = review;
  const picture = pictureOf({
    ...{ project, stack, verdict, resources, outputs: {}, policyPack: "kennel", rules: [] },
    ...{ policyConfiguration: undefined, region: after?.region ?? before?.region ?? "" },
    findings: [...findings.added, ...findings.remaining],
  });
  return drawStack(withFacts(picture, review), changes);
}

/** Boxes say which role of theirs reaches more, and the picture's summary what the change costs. */
function withFacts(picture: StackPicture, review: Review): StackPicture {
  const reached = new Map(review.reach.map(({ urn, title }) => [urn, `${title} reaches more`]));
  const mark = (box: StackPicture["beside"][number]): StackPicture["beside"][number] => ({
    ...box,
    facts: [...box.facts, ...box.resources.flatMap(({ urn }) => reached.get(urn) ?? [])],
  });
  return {
    ...picture,
    summary: pageOf(review).headline,
    paths: picture.paths.map(({ name, boxes }) => ({ name, boxes: boxes.map(mark) })),
    beside: picture.beside.map(mark),
  };
}
