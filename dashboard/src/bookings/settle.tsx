import type { BookingPayment } from '@carillon/client'
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { faultAt } from '../parts/faults.ts'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { bookingPaymentQuery } from './queries.ts'

/** Of the address of a quote's page, its id; an id stays as it is. */
const idIn = (typed: string): string => /\/q\/(\w+)/.exec(typed)?.[1] ?? typed.trim()

/** Deals with an orphan: names the quote it was for, or says what it was. */
export function Settle({ payment }: { payment: BookingPayment }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [quote, setQuote] = useState('')
  const [note, setNote] = useState('')
  const settle = useMutation({
    mutationFn: (body: { note: string } | { temporaryId: string }) =>
      carillon.bookings.payments.settle(payment.id, body),
    onSuccess: (now) => {
      queryClient.setQueryData(bookingPaymentQuery(payment.id).queryKey, now)
      for (const key of ['booking-payments', 'bookings']) void queryClient.invalidateQueries({ queryKey: [key] })
      notifications.show({ color: 'green', message: t('payments.settled') })
    },
  })
  const by = (body: { note: string } | { temporaryId: string }) => (event: FormEvent) => {
    event.preventDefault()
    settle.mutate(body)
  }
  return (
    <Panel title={t('payments.settle')}>
      <Stack>
        <form onSubmit={by({ temporaryId: idIn(quote) })} noValidate>
          <Group align="flex-end" gap="sm">
            <TextInput
              style={{ flex: '1 1 240px' }}
              label={t('payments.quote')}
              description={t('payments.quoteHint')}
              value={quote}
              onChange={(event) => setQuote(event.currentTarget.value)}
              error={faultAt(settle.error, 'temporaryId')}
            />
            <Button type="submit" variant="default" disabled={!quote.trim()} loading={settle.isPending}>
              {t('payments.attach')}
            </Button>
          </Group>
        </form>
        <form onSubmit={by({ note })} noValidate>
          <Stack gap="sm" align="flex-start">
            <Textarea
              w="100%"
              label={t('payments.note')}
              autosize
              minRows={2}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
              error={faultAt(settle.error, 'note')}
            />
            <Button type="submit" variant="default" disabled={!note.trim()} loading={settle.isPending}>
              {t('payments.settleNote')}
            </Button>
          </Stack>
        </form>
        {settle.error && <ProblemNotice error={settle.error} saidAt={['temporaryId', 'note']} />}
      </Stack>
    </Panel>
  )
}
