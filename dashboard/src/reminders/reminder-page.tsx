import type { ReminderPlan } from '@carillon/client'
import { Button, Group, Skeleton, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconBan } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { useFormat } from '../language.ts'
import { BackLink } from '../parts/back.tsx'
import columns from '../parts/columns.module.css'
import { Confirm } from '../parts/dialog.tsx'
import { eventName } from '../parts/event-name.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { ButtonLink, PageLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice, problemText } from '../parts/problem.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { exactTime, longTime } from '../parts/time.ts'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { reminderPlanQuery } from './queries.ts'
import { type Reminder, ReminderState, reasonText, useOffsetText } from './reminder-state.tsx'
import classes from './reminders.module.css'
import { bookingOf } from './subject.ts'

const route = getRouteApi('/inside/reminders/$subject')

/** One subject: when it begins, and what becomes of each of its reminders. */
export function ReminderPage() {
  const { t } = useTranslation()
  const { subject } = route.useParams()
  const may = useMay()
  const plan = useQuery(reminderPlanQuery(subject))
  const booking = bookingOf(subject)
  return (
    <Page
      title={booking ? t('reminders.ofBooking') : subject}
      back={<BackLink to="/reminders">{t('reminders.title')}</BackLink>}
      actions={
        <Group gap="sm">
          {booking && may('bookings.read') && (
            <ButtonLink to="/bookings/$id" params={{ id: booking }} variant="default">
              {t('payments.booking')}
            </ButtonLink>
          )}
          {plan.data && <Cancel plan={plan.data} />}
        </Group>
      }
    >
      {plan.error && <ProblemNotice error={plan.error} onRetry={() => void plan.refetch()} />}
      {plan.isPending && <Skeleton h={280} aria-label={t('app.loading')} />}
      {plan.data && <Shown plan={plan.data} />}
    </Page>
  )
}

function Shown({ plan }: { plan: ReminderPlan }) {
  const { t } = useTranslation()
  const format = useFormat()
  const earlier = plan.reminders.filter(({ at }) => at !== plan.at)
  return (
    <div className={columns.columns}>
      <Stack>
        <Lines
          label={t('reminders.reminders')}
          timeZone={plan.timeZone}
          reminders={plan.reminders.filter(({ at }) => at === plan.at)}
        />
        {earlier.length > 0 && (
          <Panel title={t('reminders.earlier')} flush>
            <Lines label={t('reminders.earlier')} timeZone={plan.timeZone} reminders={earlier} />
          </Panel>
        )}
      </Stack>
      <Panel title={t('message.details')}>
        <Facts>
          <Fact name={t('reminders.begins')}>
            {longTime(new Date(plan.at), format, plan.timeZone)}
            <div>
              <When at={plan.at} />
            </div>
          </Fact>
          {plan.cancelledAt && (
            <Fact name={t('reminders.cancelledAt')}>
              <When at={plan.cancelledAt} />
            </Fact>
          )}
          <Fact name={t('reminders.contact')}>
            <PageLink to="/contacts/$id" params={{ id: plan.contactId }} fz="sm">
              {plan.contactName ?? t('contacts.nameless')}
            </PageLink>
          </Fact>
          <Fact name={t('reminders.timeZone')}>{plan.timeZone}</Fact>
          <Fact name={t('reminders.planned')}>
            <When at={plan.createdAt} />
          </Fact>
        </Facts>
      </Panel>
    </div>
  )
}

interface LinesProps {
  readonly label: string
  readonly timeZone: string
  readonly reminders: readonly Reminder[]
}

function Lines({ label, timeZone, reminders }: LinesProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const offsetText = useOffsetText()
  return (
    <Table
      label={label}
      columns={[t('reminders.when'), t('reminders.status')]}
      when={t('reminders.leaves')}
      className={classes.list}
    >
      {reminders.map((reminder) => (
        <tr key={reminder.id}>
          <td>
            {reminder.notificationId ? (
              <Link to="/notifications/$id" params={{ id: reminder.notificationId }} className={cells.link}>
                {offsetText(reminder.offset)}
              </Link>
            ) : (
              <span className={classes.offset}>{offsetText(reminder.offset)}</span>
            )}
            <div className={cells.type}>{eventName(reminder.type)}</div>
          </td>
          <td>
            <ReminderState status={reminder.status} />
            {reasonText(reminder) && <span className={classes.reason}>{reasonText(reminder)}</span>}
          </td>
          <td className={`${cells.when} ${cells.right}`}>
            <time dateTime={reminder.dueAt} title={exactTime(new Date(reminder.dueAt), format, timeZone)}>
              {longTime(new Date(reminder.dueAt), format, timeZone)}
            </time>
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** Ends what is still to come of it; asked about first. */
function Cancel({ plan }: { plan: ReminderPlan }) {
  const { t } = useTranslation()
  const [asking, dialog] = useDisclosure()
  const queryClient = useQueryClient()
  const maySend = useMay()('messages.send')
  const cancel = useMutation({
    mutationFn: () => carillon.reminders.cancel(plan.subject),
    onSuccess: (now) => {
      queryClient.setQueryData(reminderPlanQuery(plan.subject).queryKey, now)
      void queryClient.invalidateQueries({ queryKey: ['reminders'] })
      notifications.show({ color: 'green', message: t('reminders.cancelled') })
    },
    onError: (error) => notifications.show({ color: 'orange', message: problemText(error) }),
    onSettled: dialog.close,
  })
  if (!maySend || plan.cancelledAt) return null
  return (
    <>
      <Button variant="default" leftSection={<IconBan size={17} aria-hidden />} onClick={dialog.open}>
        {t('reminders.cancel')}
      </Button>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={t('reminders.cancelTitle')}
        text={t('reminders.cancelText')}
        back={t('actions.keep')}
        confirm={t('reminders.cancelConfirm')}
        risky
        pending={cancel.isPending}
        onConfirm={() => cancel.mutate()}
      />
    </>
  )
}
