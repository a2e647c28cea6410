const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const instantOrNumber = /^(?:[\d.,:+/T-]+(?:Z|ms|s|m|h|d|%|[KMG]i?B?|KRW|USD)?|0x[0-9a-f]{1,40})$/i;
const address = /^(?:[a-z\d_-]{1,63}\.){1,8}[a-z]{2,24}(?::\d{1,5})?(?:\/.*)?$/;
const hardwareAddress = /^(?:[0-9a-f]{2}[:-]){3,}[0-9a-f]{2}$/i;
/** `exports/2026/6c1f….csv`: the place of a file. */
const filePath = /^(?:.*\/)?[\w-]*\.[a-z]{2,5}$|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const namePart = /^(?:(?:[A-Z]{1,24}|[A-Z]?[a-z]{1,24}(?:[A-Z][a-z]{1,24}){0,8})\d{0,2}|\d{1,4}|v\d{1,3}|)$/;

/** `order.created`, `shop/cart-v2`, `ORDER_7`: words with a short number at most, as people name things. */
function isName(value: string): boolean {
  return value.split(/[-_./:@\\]/).every((part) => namePart.test(part));
}

export function isUuid(value: string): boolean {
  return uuid.test(value);
}

/** `KjHmJvJx`: letters that change their case too often for words. */
function isShuffled(value: string): boolean {
  if (value.length < 8 || !/^[A-Za-z]+$/.test(value)) return false;
  const runs = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)?.length ?? 0;
  return runs >= 4 && value.length <= runs * 2;
}

/** Whether a value may be a secret by its look: no blank, letters and digits or signs mixed, and neither a name, an instant, a number, a host nor a UUID. */
export function looksRandom(value: string): boolean {
  if (isShuffled(value)) return true;
  if (value.length < 6 || !/\d/.test(value) || !/[^\d\s.,:-]/.test(value) || /\s/.test(value)) return false;
  return (
    !uuid.test(value) &&
    !hardwareAddress.test(value) &&
    !instantOrNumber.test(value) &&
    !isName(value) &&
    !address.test(value)
  );
}

/** As `looksRandom`, for keys that mostly hold ids: long, of the characters of tokens, and no digest. */
export function looksLikeToken(value: string): boolean {
  if (value.length < 16 || !/^[\w+/=.~%$-]+$/.test(value) || /^[0-9a-f]+$/i.test(value)) return false;
  if (!looksRandom(value) || filePath.test(value)) return false;
  const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value);
  return isMixed || (value.length >= 20 && (value.match(/\d/g)?.length ?? 0) >= 3);
}
