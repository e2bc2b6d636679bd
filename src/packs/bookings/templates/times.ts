/** A booking is at its place's time, wherever its reader lives. */
const DAY = '{{date startsAt timeZone=placeTimeZone}}'
export const TIME = '{{time startsAt timeZone=placeTimeZone}}'
export const DAY_AND_TIME = '{{dateTime startsAt timeZone=placeTimeZone}}'
export const BEFORE = '{{dateTime previousStartsAt timeZone=placeTimeZone}}'
export const WHEN = `<strong>${DAY}, ${TIME}</strong>`
