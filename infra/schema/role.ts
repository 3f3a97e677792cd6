import { z } from "zod";

/** A role that somebody else manages, under the `role` of whatever would otherwise get one of its own. */
export const roleSchema = z
  .strictObject({
    existing: z
      .string()
      .regex(/^[\w+=,.@-]{1,64}$/)
      .meta({
        description:
          "IAM role to use as it is instead of creating one; the stack output permissionsToGrant lists what it must allow",
        allowed: "the name of a role of this account, without its path",
        example: "team-sagemaker",
      }),
    attach: z.boolean().default(false).meta({
      description: "Whether the stack adds those permissions to the role, and removes them again",
    }),
  })
  .meta({
    description: "Your own role. Omit to create one with exactly the permissions needed",
    example: '{"existing": "team-sagemaker"}',
  });

/** A checked role with every default filled in. */
export type RoleConfig = z.output<typeof roleSchema>;
