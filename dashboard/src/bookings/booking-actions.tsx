import type { Booking } from '@carillon/client'
import { Button, Group, Menu, Select, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconChevronDown } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons, RISKY } from '../parts/dialog.tsx'
import { faultAt } from '../parts/faults.ts'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { fieldTime, timeOfField } from '../parts/time.ts'
import { useMay } from '../session/session.ts'
import { useChanged } from './changed.ts'

/** What may be done in each status; the server judges again. */
const MOVABLE: readonly Booking['status'][] = ['payment_completed', 'assigned']
const CANCELLABLE: readonly Booking['status'][] = ['draft', 'payment_completed', 'assigned', 'in_progress']

/** Moves or cancels a booking, and says that its work has begun or is done. */
export function BookingActions({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const mayManage = useMay()('bookings.manage')
  const [asked, setAsked] = useState<'move' | 'cancel'>()
  const changed = useChanged(booking.id)
  const step = useMutation({
    mutationFn: (verb: 'start' | 'complete') => carillon.bookings[verb](booking.id),
    onSuccess: changed,
    onError: toastProblem,
  })
  const next = booking.status === 'assigned' ? 'start' : booking.status === 'in_progress' ? 'complete' : undefined
  const movable = MOVABLE.includes(booking.status)
  const cancellable = CANCELLABLE.includes(booking.status)
  if (!mayManage || !(movable || cancellable || next)) return null
  return (
    <>
      {next && (
        <Button variant="default" loading={step.isPending} onClick={() => step.mutate(next)}>
          {t(`bookingActions.${next}`)}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            {t('bookingActions.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {movable && <Menu.Item onClick={() => setAsked('move')}>{t('bookingActions.move')}</Menu.Item>}
          {cancellable && (
            <Menu.Item color="red.8" onClick={() => setAsked('cancel')}>
              {t('bookingActions.cancel')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Dialog
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={t(asked === 'move' ? 'bookingActions.moveTitle' : 'bookingActions.cancelTitle')}
      >
        {asked === 'move' && <Move booking={booking} onClose={() => setAsked(undefined)} />}
        {asked === 'cancel' && <Cancel booking={booking} onClose={() => setAsked(undefined)} />}
      </Dialog>
    </>
  )
}

function Move({ booking, onClose }: { booking: Booking; onClose(): void }) {
  const { t } = useTranslation()
  const changed = useChanged(booking.id)
  const [time, setTime] = useState(() => fieldTime(new Date(booking.startsAt), booking.timeZone))
  const [reason, setReason] = useState('')
  const move = useMutation({
    mutationFn: () =>
      carillon.bookings.move(booking.id, {
        startsAt: timeOfField(time, booking.timeZone)?.toISOString() ?? '',
        ...(reason.trim() && { reason }),
      }),
    onSuccess: (now) => {
      changed(now)
      notifications.show({ color: 'green', message: t('bookingActions.moved') })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    move.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text fz="sm">{t('bookingActions.moveText')}</Text>
        <TextInput
          type="datetime-local"
          label={t('bookings.begins')}
          description={booking.timeZone}
          value={time}
          onChange={(event) => setTime(event.currentTarget.value)}
          error={faultAt(move.error, 'startsAt')}
          required
        />
        <TextInput
          label={t('bookingActions.reason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={faultAt(move.error, 'reason')}
        />
        {move.error && <ProblemNotice error={move.error} saidAt={['startsAt', 'reason']} />}
        <DialogButtons onBack={onClose}>
          <Button type="submit" loading={move.isPending}>
            {t('bookingActions.moveConfirm')}
          </Button>
        </DialogButtons>
      </Stack>
    </form>
  )
}

function Cancel({ booking, onClose }: { booking: Booking; onClose(): void }) {
  const { t } = useTranslation()
  const changed = useChanged(booking.id)
  const [reason, setReason] = useState('')
  const mayRefund = useMay()('bookings.money')
  const [refund, setRefund] = useState<'full' | 'none'>(mayRefund ? 'full' : 'none')
  const cancel = useMutation({
    mutationFn: () =>
      carillon.bookings.cancel(booking.id, {
        ...(reason.trim() && { reason }),
        ...(refund === 'full' && { refund: 'full' as const }),
      }),
    onSuccess: (now) => {
      changed(now)
      notifications.show({ color: 'green', message: t('bookingActions.cancelled') })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    cancel.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text fz="sm">{t('bookingActions.cancelText')}</Text>
        {mayRefund && (
          <Select
            label={t('bookingActions.refund')}
            allowDeselect={false}
            value={refund}
            onChange={(value) => setRefund(value === 'none' ? 'none' : 'full')}
            data={(['full', 'none'] as const).map((value) => ({ value, label: t(`refundChoice.${value}`) }))}
          />
        )}
        <TextInput
          label={t('bookingActions.reason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={faultAt(cancel.error, 'reason')}
        />
        {cancel.error && <ProblemNotice error={cancel.error} saidAt={['reason']} />}
        <Group justify="flex-end">
          <DialogButtons onBack={onClose} back={t('actions.keep')}>
            <Button type="submit" color={RISKY} loading={cancel.isPending}>
              {t('bookingActions.cancelConfirm')}
            </Button>
          </DialogButtons>
        </Group>
      </Stack>
    </form>
  )
}
