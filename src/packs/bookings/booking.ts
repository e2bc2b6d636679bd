import { AppError } from '../../errors.ts'

export const BOOKING_STATUSES = [
  'draft',
  'payment_completed',
  'assigned',
  'in_progress',
  'completed',
  'cancelled',
] as const
export type BookingStatus = (typeof BOOKING_STATUSES)[number]

/** Every legal move. `assigned` goes back when an acceptance is revoked. */
const MOVES: Readonly<Record<BookingStatus, readonly BookingStatus[]>> = {
  draft: ['payment_completed', 'cancelled'],
  payment_completed: ['assigned', 'cancelled'],
  assigned: ['in_progress', 'payment_completed', 'cancelled'],
  in_progress: ['completed', 'cancelled'],
  completed: [],
  cancelled: [],
}

/** @throws AppError `conflict` for a move there is none of. */
export function moved(from: BookingStatus, to: BookingStatus): BookingStatus {
  if (!MOVES[from].includes(to)) throw new AppError('conflict', `A booking that is ${from} cannot become ${to}`)
  return to
}

export const referenceOf = (year: number, number: number): string => `BK-${year}-${String(number).padStart(6, '0')}`

export interface Address {
  readonly line: string
  readonly postalCode: string
  readonly city: string
}

export const addressText = ({ line, postalCode, city }: Address): string =>
  city === '' ? NO_PLACE : `${line}, ${postalCode} ${city}`.slice(0, 200)

/** The town, as messages name it. */
export const cityText = ({ city }: Pick<Address, 'city'>): string => city || NO_PLACE

/** Of a booking whose client was erased, nobody knows where it is any more. */
const NO_PLACE = '–'
