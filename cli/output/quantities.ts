/** Such as `48 s`, `3 min 12 s` or `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) {
    return `${hours} h ${minutes} min`;
  }
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** Such as `0.0109 USD`: two digits that say something, and cents at least. */
export function dollars(amount: number | null): string {
  if (amount === null) {
    return "unknown";
  }
  const digits = amount >= 1 || amount === 0 ? 2 : Math.max(2, 1 - Math.floor(Math.log10(amount)));
  return `${amount.toFixed(Math.min(digits, 6))} USD`;
}

/** Such as `1 document` or `2 documents`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Such as `98.4 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A count with its share of a total: `12 (1.5 %)`. */
export function withShare(count: number, total: number): string {
  return `${count} (${percent(count / Math.max(1, total))})`;
}
