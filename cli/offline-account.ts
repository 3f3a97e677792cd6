/** The account number that AWS's own documentation uses in examples: that of offline evaluations, moto and the sandbox. */
export const OFFLINE_ACCOUNT = "123456789012";
