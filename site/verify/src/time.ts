// Days and moments in Shanghai time, which has been eight hours ahead the whole year since 1992.

const EIGHT_HOURS = 8 * 3600000;
const MOMENT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})\+08:00$/;

/** The day, YYYY-MM-DD, of a moment in milliseconds. */
export function dayOf(moment: number): string {
  return new Date(moment + EIGHT_HOURS).toISOString().slice(0, 10);
}

/** Milliseconds of an RFC 3339 time with +08:00; NaN for any other text. */
export function readMoment(text: unknown): number {
  const found = typeof text === "string" ? MOMENT.exec(text) : null;
  const moment = found ? Date.parse(found[0]) : Number.NaN;
  // Some browsers read the 31st of a month of 30 days as the 1st of the next.
  return found && !Number.isNaN(moment) && dayOf(moment) === found[1] ? moment : Number.NaN;
}

/** Whether this is a day of the calendar as YYYY-MM-DD, of the year 1 or later; such texts compare as days do. */
export function isDay(text: unknown): text is string {
  return typeof text === "string" && text >= "0001" && !Number.isNaN(readMoment(`${text}T00:00:00+08:00`));
}

/** A day as people read it. */
export function readable(day: string): string {
  const [year, month, date] = day.split("-").map(Number);
  return `${year}年${month}月${date}日`;
}
