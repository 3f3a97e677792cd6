/**
 * Whether EC2's instances of this type, with or without `ml.`, have a Graviton processor: a g behind the generation, or the first
 * family.
 */
export function isGraviton(instanceType: string): boolean {
  return /^(ml\.)?([a-z]+\d+[a-z]*g[a-z]*|a1)\./.test(instanceType);
}

/** Whether instances of this type, with or without `ml.`, have an Arm processor: Graviton, or the one of Grace Blackwell (gb). */
export function isArm(instanceType: string): boolean {
  return isGraviton(instanceType) || /^(ml\.)?[a-z]+\d+[a-z]*-gb\d+\./.test(instanceType);
}

/** Whether SageMaker keeps instances of this type out of shadow tests and rollouts in steps (Inferentia 1). */
export function isFirstInferentia(instanceType: string): boolean {
  return instanceType.startsWith("ml.inf1.");
}

/** Whether instances of this SageMaker type are burstable: Application Auto Scaling refuses to scale them. */
export function isBurstable(instanceType: string): boolean {
  return /^ml\.t\d/.test(instanceType);
}

/**
 * Whether instances of this SageMaker type keep their data on local NVMe disks, which AWS encrypts in hardware: a KMS key is
 * refused there (CreateEndpointConfig, `KmsKeyId`; families with instance store volumes in EC2's instance type tables).
 */
export function hasLocalStorage(instanceType: string): boolean {
  return /^ml\.([a-z]\d[a-z]*d[a-z]*|dl1|g[4-7]e?|gr6|p3dn|p4de?|p5e?n?|p6e?-[a-z]+\d+|trn\dn?)\./.test(
    instanceType,
  );
}
