import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, JUST_ASKED_MS, PAGE, paged } from '../parts/query.ts'
import type { ReminderFilter } from './search.ts'

/** What is planned, the soonest first. */
export const remindersQuery = (filter: ReminderFilter) =>
  infiniteQueryOptions({
    queryKey: ['reminders', filter],
    queryFn: ({ pageParam }) => carillon.reminders.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const reminderPlanQuery = (subject: string) =>
  queryOptions({
    queryKey: ['reminder-plan', subject],
    queryFn: () => carillon.reminders.get(subject),
    staleTime: JUST_ASKED_MS,
  })
