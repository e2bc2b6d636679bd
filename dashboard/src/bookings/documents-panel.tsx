import type { Booking, BookingDocument } from '@carillon/client'
import { ActionIcon, Button, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { useFormat } from '../language.ts'
import { PageLink } from '../parts/link.tsx'
import { useMoney } from '../parts/money.ts'
import { Panel } from '../parts/panel.tsx'
import { toastProblem } from '../parts/problem.tsx'
import { sizeText } from '../parts/size.ts'
import { type Tone, ToneBadge } from '../parts/status-badge.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import classes from './bookings.module.css'
import { bookingQuery } from './queries.ts'
import { settingsSearch } from './search.ts'
import { sellerProblem } from './seller-problem.ts'

const TONES: Record<BookingDocument['state'], Tone> = {
  made: 'good',
  waiting: 'moving',
  refused: 'bad',
  erased: 'held',
}

/** What is looked for first. */
const ORDER: readonly BookingDocument['kind'][] = [
  'invoice',
  'credit_note',
  'booking_confirmation',
  'mission_order',
  'mission_proposal',
  'quote',
]

/** What was issued about a booking, whom each document is for, and what one lacks that could not be issued. */
export function Documents({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const documents = booking.documents.toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))
  return (
    <Panel title={t('documents.title')}>
      {booking.documents.length === 0 && <Text fz="sm">{t('documents.none')}</Text>}
      <ul className={classes.answers} aria-label={t('documents.title')}>
        {documents.map((document) => (
          <li key={document.id} className={classes.answer}>
            <Shown document={document} bookingId={booking.id} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Shown({ document, bookingId }: { document: BookingDocument; bookingId: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const money = useMoney()
  const { kind, number, version, professional, amount, currency, state, bytes, audience } = document
  const name = `${t(`documentKind.${kind}`)}${number ? ` ${number}` : ''}`
  const facts = [
    professional ?? t(kind === 'quote' ? 'documents.forClient' : 'documents.forBoth'),
    t(`documentLanguage.${document.language}`),
    audience === 'restricted' && t('documents.restricted'),
    kind !== 'credit_note' && version > 1 && t('documents.version', { version }),
    amount !== null && currency !== null && money(amount, currency),
    bytes !== null && sizeText(bytes, format),
  ].filter((fact) => typeof fact === 'string')
  return (
    <>
      <div className={classes.company}>
        {name}
        <div className={classes.second}>
          {facts.join(' · ')} · <When at={document.createdAt} />
        </div>
        {state === 'refused' && <Problems document={document} bookingId={bookingId} />}
      </div>
      {(state === 'refused' || state === 'erased') && (
        <ToneBadge tone={TONES[state]}>{t(`documentState.${state}`)}</ToneBadge>
      )}
      {(state === 'made' || state === 'waiting') && (
        <ActionIcon
          component="a"
          href={`/v1/bookings/documents/${document.id}`}
          download={document.filename}
          variant="default"
          size="lg"
          aria-label={t('documents.download', { name })}
        >
          <IconDownload size={17} aria-hidden />
        </ActionIcon>
      )}
    </>
  )
}

/** Why it could not be issued, where that is put right, and another try. */
function Problems({ document, bookingId }: { document: BookingDocument; bookingId: string }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const may = useMay()
  const retry = useMutation({
    mutationFn: () => carillon.bookings.documents.retry(document.id),
    onSuccess: async () => {
      notifications.show({ color: 'green', message: t('documents.retried') })
      await queryClient.invalidateQueries({ queryKey: bookingQuery(bookingId).queryKey })
    },
    onError: toastProblem,
  })
  const isSeller = document.problems.some(({ path }) => path.startsWith('seller'))
  return (
    <Stack gap={4} mt={4} align="flex-start">
      {document.problems.map((problem) => (
        <Text key={problem.path} fz="sm" c="var(--mantine-color-error)">
          {sellerProblem(problem)}
        </Text>
      ))}
      {isSeller && may('settings.read') && (
        <PageLink to="/bookings/settings" search={settingsSearch({ part: 'seller' })} fz="sm">
          {t('documents.completeSeller')}
        </PageLink>
      )}
      {may('bookings.money') && (
        <Button size="compact-xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
          {t('documents.retry')}
        </Button>
      )}
    </Stack>
  )
}
