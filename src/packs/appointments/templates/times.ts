/** An appointment is at its place's time, wherever its reader lives. */
export const DAY = '{{date startsAt timeZone=placeTimeZone}}'
export const TIME = '{{time startsAt timeZone=placeTimeZone}}'
export const DAY_AND_TIME = '{{dateTime startsAt timeZone=placeTimeZone}}'
export const BEFORE = '{{dateTime previousStartsAt timeZone=placeTimeZone}}'
/** With how long it takes, where that is known. */
export const WHEN = `<strong>${DAY}, ${TIME}</strong>{{#if durationMinutes}} ({{durationMinutes}}&nbsp;min){{/if}}`
