import { Button, Group, Paper, Text, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconArrowBackUp, IconClock } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { useFormat } from '../language.ts'
import { setAhead } from '../parts/now.ts'
import { problemText } from '../parts/problem.tsx'
import { longTime } from '../parts/time.ts'
import { useNow } from '../parts/when.tsx'
import { useMay, useOrganization } from '../session/session.ts'
import { ClockBefore } from './clock-before.tsx'
import { sandboxClockQuery } from './queries.ts'
import classes from './sandbox.module.css'

type Move = Parameters<typeof carillon.sandbox.clock.move>[0] | 'back'

/** Moves the clock of an installation where nothing really leaves, to see what comes days later. */
export function Clock() {
  const { t } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  const queryClient = useQueryClient()
  const mayMove = useMay()('settings.manage')
  const [choosing, dialog] = useDisclosure()
  const clock = useQuery(sandboxClockQuery).data
  const current = useNow()

  const move = useMutation({
    mutationFn: (by: Move) => (by === 'back' ? carillon.sandbox.clock.reset() : carillon.sandbox.clock.move(by)),
    onSuccess: (state, by) => {
      setAhead(state.aheadMs)
      queryClient.setQueryData(sandboxClockQuery.queryKey, state)
      dialog.close()
      if (by === 'back') notifications.show({ color: 'green', message: t('clock.isBack') })
      for (const key of ['reminders', 'reminder-plan', 'automations', 'stats'])
        void queryClient.invalidateQueries({ queryKey: [key] })
    },
    onError: (error) => notifications.show({ color: 'orange', message: problemText(error) }),
  })

  if (!clock || (!clock.movable && clock.aheadMs === 0)) return null
  const { nextReminderAt, aheadMs } = clock
  const isMoved = aheadMs > 0
  const nextHint =
    nextReminderAt === null
      ? t('clock.noNext')
      : t('clock.nextAt', { time: longTime(new Date(nextReminderAt), format, timeZone) })
  const trueTime = longTime(new Date(current.getTime() - aheadMs), format, timeZone)

  return (
    <Paper
      component="section"
      aria-label={t('clock.title')}
      className={classes.clock ?? ''}
      withBorder
      bg="var(--panel)"
      px="md"
      py="xs"
      mb="md"
    >
      <Group justify="space-between" gap="xs">
        <Group gap="xs" wrap="nowrap">
          <IconClock size={18} aria-hidden />
          <div role="status">
            <Text fz="sm" fw={600}>
              {t('clock.now', { time: longTime(current, format, timeZone) })}
            </Text>
            <Text fz="xs" c="dimmed">
              {isMoved ? t('clock.ahead', { time: trueTime }) : t('clock.true')}
            </Text>
          </div>
        </Group>
        {mayMove && clock.movable && (
          <Group gap={6}>
            <Step hint={t('clock.hourHint')} label={t('clock.hour')} onClick={() => move.mutate({ advance: 'PT1H' })} />
            <Step hint={t('clock.dayHint')} label={t('clock.day')} onClick={() => move.mutate({ advance: 'PT24H' })} />
            <Step
              hint={nextHint}
              label={t('clock.next')}
              disabled={nextReminderAt === null}
              onClick={() => nextReminderAt !== null && move.mutate({ moveTo: nextReminderAt })}
            />
            <Button size="compact-sm" variant="default" onClick={dialog.open}>
              {t('clock.before')}
            </Button>
            {isMoved && (
              <Button
                size="compact-sm"
                leftSection={<IconArrowBackUp size={15} aria-hidden />}
                loading={move.isPending}
                onClick={() => move.mutate('back')}
              >
                {t('clock.back')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      <ClockBefore
        opened={choosing}
        pending={move.isPending}
        onClose={dialog.close}
        onJump={(before) => move.mutate({ before })}
      />
    </Paper>
  )
}

interface StepProps {
  label: string
  hint: string
  disabled?: boolean
  onClick(): void
}

const Step = ({ label, hint, disabled = false, onClick }: StepProps) => (
  <Tooltip label={hint}>
    <Button
      size="compact-sm"
      variant="default"
      aria-disabled={disabled}
      {...(disabled && { 'data-disabled': true })}
      onClick={() => !disabled && onClick()}
    >
      {label}
    </Button>
  </Tooltip>
)
