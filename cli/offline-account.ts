/** The account number that AWS's own documentation uses in examples: that of offline evaluations, of moto, and so of the sandbox. */
export const OFFLINE_ACCOUNT = "123456789012";
