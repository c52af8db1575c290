// Numbers, instants, days and money in, words for people out. All times are UTC, as days of the API are.

const LOCALE = "en-GB";
const DAY_MS = 86_400_000;

const whole = new Intl.NumberFormat(LOCALE);
const share = new Intl.NumberFormat(LOCALE, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const plain = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const longDay = dates({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const shortDay = dates({ day: "numeric", month: "short", year: "numeric" });
const minute = dates({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** 14710 -> "14,710". */
export const number = (value) => whole.format(value);

/** 0.0176 -> "1.8%". */
export const percent = (value) => share.format(value);

/** -15 -> "−15", 15 -> "+15": a number whose sign matters. */
export const signed = (value) => (value > 0 ? `+${whole.format(value)}` : whole.format(value).replace("-", "−"));

/** "2011-12-09" -> "Friday 9 December 2011". */
export const dayName = (day) => longDay.format(instantOf(day)).replace(",", "");

/** "2011-12-09" -> "9 Dec 2011". */
export const dayShort = (day) => shortDay.format(instantOf(day));

/** Two days -> "10 Nov – 9 Dec 2011". */
export const daysFromTo = (from, to) => shortDay.formatRange(instantOf(from), instantOf(to));

/** Epoch milliseconds -> "9 Dec 2011, 12:50". */
export const instant = (at) => minute.format(at);

/** Epoch milliseconds -> "9 Dec 2011". */
export const date = (at) => shortDay.format(at);

/** "2011-12-09" and a number of days -> the day so many days later. */
export const addDays = (day, days) => dayOf(instantOf(day) + days * DAY_MS);

/** First millisecond of a day. */
export const instantOf = (day) => Date.parse(`${day}T00:00:00Z`);

/** The day of an instant. */
export const dayOf = (at) => new Date(at).toISOString().slice(0, 10);

/** Elapsed milliseconds -> the largest unit that tells something: "12 days", "5 hours". */
export function elapsed(ms) {
  const units = [
    ["day", DAY_MS],
    ["hour", 3_600_000],
    ["minute", 60_000],
  ];
  const [unit, size] = units.find(([, size]) => ms >= size) ?? ["second", 1000];
  return counted(Math.floor(ms / size), unit);
}

/** 1, "order" -> "1 order"; 2, "order" -> "2 orders". */
export const counted = (count, what) => `${number(count)} ${what}${count === 1 ? "" : "s"}`;

/** Minor units in the currency that is known, or with two decimals and no sign. */
export function money(minor, currency) {
  if (!currency) return plain.format(minor / 100);
  const format = new Intl.NumberFormat(LOCALE, { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** An id as a name: "needs_attention" -> "Needs attention". */
export function named(id) {
  const text = id.replaceAll(/[_-]+/g, " ").trim();
  return text === "" ? id : text[0].toUpperCase() + text.slice(1);
}

function dates(options) {
  return new Intl.DateTimeFormat(LOCALE, { timeZone: "UTC", ...options });
}
