/** The check of payment cards (ISO/IEC 7812-1, annex B). */
export function holdsLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The check of bank account numbers (ISO 13616): letters are 10 to 35, the first four characters go last, the rest by 97 is 1. */
export function holdsMod97(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

const residentWeights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

/** The check digit of a Korean resident number of 13 digits; a foreigner's (7th digit 5 to 8) is shifted by two. */
export function holdsResidentCheck(digits: string): boolean {
  const sum = residentWeights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  const shift = Number(digits[6]) >= 5 ? 2 : 0;
  return (11 - (sum % 11) + shift) % 10 === Number(digits[12]);
}

const businessWeights = [1, 3, 7, 1, 3, 7, 1, 3, 5];

/** The check digit of a Korean business number of 10 digits. */
export function holdsBusinessCheck(digits: string): boolean {
  const sum = businessWeights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (10 - ((sum + Math.floor((5 * Number(digits[8])) / 10)) % 10)) % 10 === Number(digits[9]);
}

/** The check digit of a Korean corporation number of 13 digits: weights 1 and 2 in turn. */
export function holdsCorporationCheck(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < 12; index++) sum += Number(digits[index]) * (index % 2 === 0 ? 1 : 2);
  return (10 - (sum % 10)) % 10 === Number(digits[12]);
}
