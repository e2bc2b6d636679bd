import type { Booking } from '@carillon/client'
import { useQueryClient } from '@tanstack/react-query'
import { bookingQuery } from './queries.ts'

/** Takes a booking as an answer has it: its page shows it at once, lists and reminders are asked anew. */
export function useChanged(id: string): (booking: Booking) => void {
  const queryClient = useQueryClient()
  return (booking) => {
    queryClient.setQueryData(bookingQuery(id).queryKey, booking)
    for (const key of ['bookings', 'reminder-plan', 'reminders'])
      void queryClient.invalidateQueries({ queryKey: [key] })
  }
}
