import type { ReminderPlan } from '@carillon/client'
import { Group, SegmentedControl } from '@mantine/core'
import { IconBellRinging } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { Empty } from '../parts/empty.tsx'
import { Choice, ClearFilters, FilterPill } from '../parts/filters.tsx'
import { now } from '../parts/now.ts'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { longTime } from '../parts/time.ts'
import { When } from '../parts/when.tsx'
import { remindersQuery } from './queries.ts'
import { ReminderState, reasonText, useOffsetText } from './reminder-state.tsx'
import classes from './reminders.module.css'
import { REMINDER_STATUSES, type ReminderSearch, reminderFilter, reminderSearch } from './search.ts'
import { bookingOf } from './subject.ts'

const route = getRouteApi('/inside/reminders')

/** What is planned to be reminded of, and what became of it. */
export function ReminderList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const list = useInfiniteQuery({ ...remindersQuery(reminderFilter(search, now())), placeholderData: keepPreviousData })
  const show = (change: Partial<ReminderSearch>) =>
    void navigate({
      to: '/reminders',
      search: reminderSearch({ ...search, ...change }),
      replace: true,
      resetScroll: false,
    })
  const isNarrowed = search.status !== undefined || search.contactId !== undefined

  return (
    <Page title={t('reminders.title')} intro={t('reminders.intro')}>
      <Group mb="md" gap="sm">
        <SegmentedControl
          aria-label={t('reminders.which')}
          value={search.all ? 'all' : 'ahead'}
          onChange={(value) => show({ all: value === 'all' || undefined })}
          data={[
            { value: 'ahead', label: t('reminders.ahead') },
            { value: 'all', label: t('reminders.all') },
          ]}
        />
        <Choice
          label={t('reminders.status')}
          any={t('reminders.anyStatus')}
          width={200}
          value={search.status}
          onChange={(status) => show(reminderSearch({ ...search, status }))}
          data={REMINDER_STATUSES.map((value) => ({ value, label: t(`reminderStatus.${value}`) }))}
        />
        {search.contactId !== undefined && (
          <FilterPill
            label={list.data?.pages[0]?.items[0]?.contactName ?? t('reminders.oneContact')}
            onRemove={() => show({ contactId: undefined })}
          />
        )}
        {isNarrowed && <ClearFilters onClear={() => show({ status: undefined, contactId: undefined })} />}
      </Group>
      <PagedList
        list={list}
        waiting={<WaitingRows count={6} height={64} />}
        empty={
          <Empty
            icon={IconBellRinging}
            title={t(isNarrowed ? 'reminders.none' : search.all ? 'reminders.empty' : 'reminders.nothingAhead')}
            text={t(isNarrowed ? 'reminders.noneText' : 'reminders.emptyText')}
          />
        }
      >
        {(items) => <Rows items={items} />}
      </PagedList>
    </Page>
  )
}

function Rows({ items }: { items: readonly ReminderPlan[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Table
      label={t('reminders.title')}
      columns={[t('reminders.subject'), t('reminders.reminders')]}
      when={t('reminders.begins')}
      className={classes.list}
    >
      {items.map((plan) => (
        <tr key={plan.subject}>
          <td className={cells.recipient}>
            <Link to="/reminders/$subject" params={{ subject: plan.subject }} className={cells.link}>
              {bookingOf(plan.subject) ? t('bookings.booking') : plan.subject}
            </Link>
            <span className={cells.address}>
              {plan.cancelledAt ? t('reminders.cancelledFor', { name: nameOf(plan, t) }) : nameOf(plan, t)}
            </span>
          </td>
          <td className={classes.reminders}>
            <Reminders plan={plan} />
          </td>
          <td className={`${cells.when} ${cells.right}`}>
            <div>{longTime(new Date(plan.at), format, plan.timeZone)}</div>
            <When at={plan.at} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

const nameOf = (plan: ReminderPlan, t: (key: 'contacts.nameless') => string): string =>
  plan.contactName ?? t('contacts.nameless')

/** Those of the time that counts; of earlier times the subject's page tells. */
function Reminders({ plan }: { plan: ReminderPlan }) {
  const offsetText = useOffsetText()
  const current = plan.reminders.filter(({ at }) => at === plan.at)
  return (
    <ul className={classes.lines}>
      {current.map((reminder) => (
        <li key={reminder.id}>
          <ReminderState status={reminder.status} />
          <span>
            {offsetText(reminder.offset)}
            {reasonText(reminder) && <span className={classes.reason}>{reasonText(reminder)}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
