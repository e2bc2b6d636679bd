/** A booking is at its place's time, wherever its reader lives. */
const DAY = '{{date startsAt timeZone=placeTimeZone}}'
export const TIME = '{{time startsAt timeZone=placeTimeZone}}'
export const DAY_AND_TIME = '{{dateTime startsAt timeZone=placeTimeZone}}'
export const BEFORE = '{{dateTime previousStartsAt timeZone=placeTimeZone}}'
export const WHEN = `<strong>${DAY}, ${TIME}</strong>`
/** 22 sept. 2027 à 14:30: as an SMS has room for. */
const SHORT_DAY = "{{date startsAt 'short' timeZone=placeTimeZone}}"
export const SHORT = { fr: `${SHORT_DAY} à ${TIME}`, en: `${SHORT_DAY} at ${TIME}` }
