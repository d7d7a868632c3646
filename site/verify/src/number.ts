// A certificate number as people type it, and its check character (ISO 7064 MOD 37,36).

const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BODY = /^([A-Z]{3,8})-42-(20[0-9]{2}|21[0-9]{2}|22[0-4][0-9]|225[0-5])-([A-Z]{2})-([0-9]{4})$/;
const TYPED = /^([A-Z]{3,8})(42)([0-9]{4})([A-Z]{2})([0-9]{4})([0-9A-Z])$/;
// What people put between the parts of a number, and what their keyboards make of a hyphen.
const BETWEEN = /[\t-\r \u1680\u2028\u2029\ufeff\-\u2010-\u2015\u2212]/g;
const LONGEST_TYPED = 100;

/** The check character of a number without it; hyphens do not count. */
export function checkCharacter(body: string): string {
  let check = 18;
  for (const character of body.replace(/-/g, "")) {
    check = ((((check || 36) * 2) % 37) + CHARACTERS.indexOf(character)) % 36;
  }
  return CHARACTERS.charAt((37 - (((check || 36) * 2) % 37)) % 36);
}

/** Prefix, year, site and serial of a number without its check character; undefined where it is none. */
export function numberParts(body: string): readonly string[] | undefined {
  return BODY.exec(body)?.slice(1);
}

/** Whether this is a number in its one form, with its check character. */
export function isNumber(text: string): boolean {
  return (
    numberParts(text.slice(0, -2)) !== undefined && text.slice(-2) === `-${checkCharacter(text.slice(0, -2))}`
  );
}

/** A number in the form printed on certificates, of one typed with small or wide letters, spaces, or no hyphens. */
export function readNumber(
  typed: string,
): { readonly no: string } | { readonly fault: "number-malformed" | "number-mistyped" } {
  const plain = typed.slice(0, LONGEST_TYPED).normalize("NFKC").replace(BETWEEN, "");
  const found = TYPED.exec(plain.replace(/[a-z]/g, (letter) => letter.toUpperCase()));
  if (!found || typed.length > LONGEST_TYPED) return { fault: "number-malformed" };
  const body = found.slice(1, -1).join("-");
  const check = found[6] ?? "";
  return check === checkCharacter(body) ? { no: `${body}-${check}` } : { fault: "number-mistyped" };
}
