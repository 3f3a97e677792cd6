import { z } from "zod";

const email = z.email().meta({ allowed: "an e-mail address", example: "team@example.com" });

/** Which other systems are told, under `webhooks`. */
const webhooks = z
  .array(
    z
      .string()
      .regex(/^https:\/\/[^\s"]{1,2000}$/)
      .meta({
        allowed: "an https address that confirms SNS subscriptions",
        example: "https://events.example.com/integration/0123456789abcdef/enqueue",
        secret: true,
      }),
  )
  .max(5)
  .default([])
  .meta({
    description:
      "HTTPS endpoints that are told of alarms, such as an incident tool's SNS integration; set them with --secret, because whoever knows the address can raise alarms",
    allowed: "a list of at most 5 https addresses",
    example: '["https://events.example.com/integration/0123456789abcdef/enqueue"]',
  });

/** Alarms and the dashboard, under `kennel:monitoring`. */
export const monitoringSchema = z
  .strictObject({
    emails: z.array(email).max(10).default([]).meta({
      description: "E-mail addresses that alarms are sent to; each must confirm the first mail",
      allowed: "a list of at most 10 e-mail addresses",
      example: '["team@example.com"]',
    }),
    webhooks,
    latencyMilliseconds: z.int().min(10).max(60_000).default(2000).meta({
      description: "A model that takes longer for one request in a hundred raises an alarm",
    }),
    serverErrorPercent: z.int().min(1).max(100).default(5).meta({
      description: "Share of failed requests (5xx) that raises an alarm",
    }),
    clientErrorPercent: z.int().min(1).max(100).default(25).meta({
      description: "Share of refused requests (4xx) that raises an alarm",
    }),
  })
  .meta({
    description: "Alarms and a dashboard. Omit for none",
    example: '{"emails": ["team@example.com"]}',
  });

/** Checked monitoring with every default filled in. */
export type MonitoringConfig = z.output<typeof monitoringSchema>;

/** The thresholds that alarms go off at. */
export type AlarmThresholds = Omit<MonitoringConfig, "emails" | "webhooks">;

/** Thresholds where alarms are needed for rollbacks, but nobody wants mails. */
export const defaultThresholds: AlarmThresholds = monitoringSchema.parse({});

/** The monthly budget, under `kennel:budget`. */
export const budgetSchema = z
  .strictObject({
    monthlyDollars: z.int().min(1).max(1_000_000).meta({
      description: "US dollars a month that the stack may cost",
      example: "100",
    }),
    emails: z.array(email).min(1).max(10).meta({
      description: "E-mail addresses that are told; each must confirm the first mail",
      allowed: "a list of 1 to 10 e-mail addresses",
      example: '["team@example.com"]',
    }),
  })
  .meta({
    description:
      "Mails at 80 % of the month's budget and when it is forecast to be exceeded. Omit for none",
    example: '{"monthlyDollars": 100, "emails": ["team@example.com"]}',
  });

/** A checked budget. */
export type BudgetConfig = z.output<typeof budgetSchema>;
