const prefix = "order-";

/** BullMQ refuses ids that are only digits or hold a colon, so every id gets a form of ours that has neither. */
export function jobIdOf(orderId: string): string {
  return `${prefix}${encodeURIComponent(orderId)}`;
}

/** @returns null for a job that is none of ours */
export function orderIdOf(jobId: string): string | null {
  if (!jobId.startsWith(prefix)) return null;
  try {
    return decodeURIComponent(jobId.slice(prefix.length));
  } catch {
    return null;
  }
}
