import { DataBucket } from "../components/storage/data-bucket";
import { testLocation } from "./location";

/** The bucket `team-data` with the configuration's own defaults, for what works with a bucket. */
export function testDataBucket(kmsKeyArn?: string): DataBucket {
  return new DataBucket("data", {
    bucketName: "team-data",
    location: testLocation(),
    settings: { oldVersionsDays: 30, captureDays: 90, cacheDays: 30, kmsKeyArn },
  });
}
