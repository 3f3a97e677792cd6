import { z } from "zod";

/** When the bounds of something scaled change: the fields that every schedule begins with. */
const scheduledTime = z.strictObject({
  when: z
    .string()
    .regex(
      /^(cron\(\S+( \S+){5}\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\(\d+ (minutes?|hours?|days?)\))$/,
    )
    .meta({
      description: "When the bounds change",
      allowed:
        "cron(minute hour day month weekday year), rate(…) or at(…) of Application Auto Scaling",
      example: "cron(0 7 ? * MON-FRI *)",
    }),
  timezone: z
    .string()
    .regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/)
    .default("UTC")
    .meta({
      description: "Time zone of `when`",
      allowed: "a name of the time zone database",
      example: "Europe/Berlin",
    }),
});

/** Other bounds at certain times, under `schedule`. */
export function scheduleOf<Bounds extends z.ZodRawShape>(bounds: Bounds, example: string) {
  return z
    .array(scheduledTime.extend(bounds).meta({ example }))
    .max(20)
    .default([])
    .meta({
      description: "Other bounds at certain times",
      allowed: "a list of times with bounds",
      example: `[${example}]`,
    });
}

const cooldown = z.int().min(0).max(3600);

/** Waits between two changes, the same for everything scaled. */
export const cooldowns = {
  scaleInCooldown: cooldown.default(300).meta({
    description: "Seconds to wait after capacity was removed",
  }),
  scaleOutCooldown: cooldown.default(60).meta({
    description: "Seconds to wait after capacity was added",
  }),
} as const;
