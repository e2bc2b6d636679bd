import type { Attribution, Booking } from '@carillon/client'
import { Button, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { useFormat } from '../language.ts'
import { Confirm } from '../parts/dialog.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Panel } from '../parts/panel.tsx'
import { problemText } from '../parts/problem.tsx'
import { longTime } from '../parts/time.ts'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { Assign } from './assign.tsx'
import classes from './bookings.module.css'
import { useChanged } from './changed.ts'
import { AnswerState, AttributionState } from './status.tsx'

/** Who was asked to do it, how far away they are, and what they said; the latest round of asking first. */
export function Attributions({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const [latest, ...earlier] = booking.attributions
  return (
    <>
      <Panel
        title={t('missions.title')}
        actions={
          <>
            <Assign booking={booking} />
            <Revoke booking={booking} />
          </>
        }
      >
        {latest ? <Board attribution={latest} timeZone={booking.timeZone} /> : <Nobody booking={booking} />}
      </Panel>
      {earlier.length > 0 && (
        <Panel title={t('missions.earlier')}>
          <Stack gap="lg">
            {earlier.map((attribution) => (
              <Board key={attribution.id} attribution={attribution} timeZone={booking.timeZone} />
            ))}
          </Stack>
        </Panel>
      )}
    </>
  )
}

function Nobody({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const waits = booking.flows.some(({ flow, state }) => flow === 'professionals' && state === 'waiting')
  return (
    <Text fz="sm" c="dimmed">
      {t(waits ? 'missions.beingAsked' : 'missions.nobody')}
    </Text>
  )
}

function Board({ attribution, timeZone }: { attribution: Attribution; timeZone: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { status, round, radiusKm, approximate, deadlineAt, acceptedAt, byHand, answers } = attribution
  const nearest = answers.toSorted((one, other) => (one.distanceKm ?? Infinity) - (other.distanceKm ?? Infinity))
  const kilometres = new Intl.NumberFormat(format, { style: 'unit', unit: 'kilometer', maximumFractionDigits: 1 })
  return (
    <div>
      <div className={classes.head}>
        <AttributionState status={status} nobody={answers.length === 0} />
        {radiusKm > 0 && (
          <span className={classes.second}>
            {t(round > 1 ? 'missions.widened' : 'missions.within', { distance: kilometres.format(radiusKm) })}
          </span>
        )}
      </div>
      <Text fz="sm" mt={4}>
        {status === 'broadcasting' && t('missions.until', { time: longTime(new Date(deadlineAt), format, timeZone) })}
        {acceptedAt &&
          t(byHand ? 'missions.givenAt' : 'missions.acceptedAt', {
            time: longTime(new Date(acceptedAt), format, timeZone),
          })}
        {status === 'expired' && answers.length > 0 && t('missions.expired')}
      </Text>
      {approximate && (
        <Text fz="sm" c="dimmed">
          {t('missions.approximate')}
        </Text>
      )}
      {answers.length === 0 ? (
        <Stack gap="xs" align="flex-start" mt="xs">
          <Text fz="sm" c="dimmed">
            {t('missions.nobody')}
          </Text>
          <ButtonLink to="/bookings/professionals" size="compact-sm" variant="default">
            {t('bookings.professionals')}
          </ButtonLink>
        </Stack>
      ) : (
        <ul className={`${classes.answers} ${classes.board}`} aria-label={t('missions.answers')}>
          {nearest.map((answer) => (
            <li key={`${answer.professionalId} ${answer.round}`} className={classes.answer}>
              <span className={classes.company}>
                {answer.company}
                {answer.round > 1 && <span className={classes.second}> {t('missions.secondRound')}</span>}
              </span>
              {answer.answeredAt && (
                <span className={classes.second}>
                  <When at={answer.answeredAt} />
                </span>
              )}
              <AnswerState answer={answer.answer} />
              <span className={classes.distance}>
                {answer.distanceKm !== null && kilometres.format(answer.distanceKm)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Takes an accepted mission back; asked about first. */
function Revoke({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const [asking, dialog] = useDisclosure()
  const changed = useChanged(booking.id)
  const mayManage = useMay()('bookings.manage')
  const winner = booking.attributions[0]?.answers.find(({ answer }) => answer === 'accepted')?.company
  const revoke = useMutation({
    mutationFn: () => carillon.bookings.revoke(booking.id),
    onSuccess: (now) => {
      changed(now)
      notifications.show({ color: 'green', message: t('missions.revoked') })
    },
    onError: (error) => notifications.show({ color: 'orange', message: problemText(error) }),
    onSettled: dialog.close,
  })
  if (!mayManage || booking.status !== 'assigned') return null
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconArrowBackUp size={15} aria-hidden />}
        onClick={dialog.open}
      >
        {t('missions.revoke')}
      </Button>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={t('missions.revokeTitle')}
        text={t('missions.revokeText', { company: winner ?? '' })}
        back={t('missions.keep')}
        confirm={t('missions.revokeConfirm')}
        risky
        pending={revoke.isPending}
        onConfirm={() => revoke.mutate()}
      />
    </>
  )
}
