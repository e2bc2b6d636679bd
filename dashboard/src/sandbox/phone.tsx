import { Select, Skeleton, Stack, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconAlertCircle, IconCheck, IconChecks, IconClock } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { messagesQuery } from '../messages/queries.ts'
import { now } from '../parts/now.ts'
import { clockTime } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'
import { initials } from '../shell/brand.tsx'
import type { Status } from '../vocabulary.ts'
import { AnswerForm } from './answer-form.tsx'
import classes from './phone.module.css'
import { answersQuery, sandboxQuery } from './queries.ts'
import { dayKey, type Line, linkedPieces, threadsOf, tickOf } from './threads.ts'

interface PhoneProps {
  channel: 'sms' | 'whatsapp'
  /** Messages that were just sent from here: the phone turns to the number that gets one. */
  awaited: readonly string[]
}

/** One recipient's phone, showing what the organization wrote to it, to be answered. */
export function Phone({ channel, awaited }: PhoneProps) {
  const { t } = useTranslation()
  const organization = useOrganization()
  const list = useInfiniteQuery(sandboxQuery(channel))
  const answers = useInfiniteQuery(answersQuery(channel))
  const statuses = useStatuses(channel)
  const [chosen, setChosen] = useState<string | null>(null)

  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const threads = threadsOf(items, answers.data?.pages.flatMap((page) => page.items) ?? [])
  const thread = threads.find(({ address }) => address === chosen) ?? threads[0]

  const arrived = items.find(({ messageId }) => awaited.includes(messageId))?.address
  useEffect(() => {
    if (arrived) setChosen(arrived)
  }, [arrived])

  const name = t(`channel.${channel}`)
  return (
    <section className={classes.place} aria-label={`${t('sandbox.phones')}: ${name}`}>
      <Select
        aria-label={t('sandbox.number', { channel: name })}
        size="sm"
        w="100%"
        disabled={threads.length < 2}
        allowDeselect={false}
        placeholder={name}
        value={thread?.address ?? null}
        data={threads.map(({ address, contactName }) => ({
          value: address,
          label: contactName ? `${address} · ${contactName}` : address,
        }))}
        onChange={setChosen}
      />
      <div className={classes.phone} data-channel={channel}>
        <div className={classes.status} aria-hidden>
          <span>9:41</span>
          <i />
          <span className={classes.battery} />
        </div>
        <div className={classes.header}>
          <span className={classes.avatar} aria-hidden>
            {initials(organization.name)}
          </span>
          <span className={classes.sender}>
            <b>{organization.name}</b>
            <small>{name}</small>
          </span>
        </div>
        <div
          className={classes.screen}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          role="log"
          aria-label={t('sandbox.threadOf', { channel: name, number: thread?.address ?? '' })}
        >
          {(list.isPending || answers.isPending) && (
            <Stack gap="xs" p="sm">
              <Skeleton h={54} w="80%" radius="lg" />
              <Skeleton h={38} w="65%" radius="lg" />
            </Stack>
          )}
          {list.data && !thread && (
            <p className={classes.nothing}>
              <b>{t(channel === 'sms' ? 'sandbox.noSms' : 'sandbox.noWhatsapp')}</b>
              {t('sandbox.noPhoneText')}
            </p>
          )}
          {thread && (
            <div className={classes.thread}>
              {thread.lines.map((line, index) => (
                <Fragment key={line.id}>
                  <DayLine line={line} before={thread.lines[index - 1]} />
                  {line.by === 'holder' ? (
                    <Answer answer={line} channel={name} />
                  ) : (
                    <Bubble message={line} status={statuses.get(line.messageId)} ticks={channel === 'whatsapp'} />
                  )}
                </Fragment>
              ))}
            </div>
          )}
        </div>
        {thread && (
          <AnswerForm
            key={thread.address}
            channel={channel}
            number={thread.address}
            // Somebody else's news must not turn the phone away from who is writing.
            onBegin={() => setChosen(thread.address)}
          />
        )}
        <div className={classes.bar} aria-hidden />
      </div>
    </section>
  )
}

/** A sandbox row is what the carrier took; how far it got is the message's own status. */
function useStatuses(channel: 'sms' | 'whatsapp'): ReadonlyMap<string, Status> {
  const messages = useInfiniteQuery(messagesQuery({ channel }))
  return new Map(messages.data?.pages.flatMap((page) => page.items.map(({ id, status }) => [id, status] as const)))
}

function DayLine({ line, before }: { line: Line; before: Line | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  const day = dayKey(line.createdAt, timeZone)
  if (before && dayKey(before.createdAt, timeZone) === day) return null
  const today = now().getTime()
  const text =
    day === dayKey(new Date(today).toISOString(), timeZone)
      ? t('sandbox.today')
      : day === dayKey(new Date(today - 86_400_000).toISOString(), timeZone)
        ? t('sandbox.yesterday')
        : new Intl.DateTimeFormat(format, { timeZone, day: 'numeric', month: 'long' }).format(new Date(line.createdAt))
  return <p className={classes.day}>{text}</p>
}

type LineBy<By extends Line['by']> = Extract<Line, { by: By }>

interface BubbleProps {
  message: LineBy<'organization'>
  status: Status | undefined
  ticks: boolean
}

function Bubble({ message, status, ticks }: BubbleProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  return (
    <div className={classes.bubble}>
      <p>
        {linkedPieces(message.text ?? message.preview).map(({ text, href }, index) =>
          href ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, which never changes
            <a key={index} href={href} target="_blank" rel="noopener noreferrer">
              {text}
            </a>
          ) : (
            text
          ),
        )}
      </p>
      <Link to="/messages/$id" params={{ id: message.messageId }} className={classes.meta}>
        <time dateTime={message.createdAt}>{clockTime(new Date(message.createdAt), format, timeZone)}</time>
        <VisuallyHidden>{t('sandbox.followThis')}</VisuallyHidden>
        {(ticks || status === 'failed' || status === 'bounced') && <Tick status={status} />}
      </Link>
    </div>
  )
}

const FILES = ['image', 'document', 'audio'] as const

function Answer({ answer, channel }: { answer: LineBy<'holder'>; channel: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  const file = FILES.find((kind) => kind === answer.kind)
  return (
    <>
      <div className={classes.bubble} data-answer>
        <VisuallyHidden>{t('sandbox.answered')}</VisuallyHidden>
        {file && <p className={classes.attached}>{t(`sandbox.file.${file}`)}</p>}
        {answer.text && <p>{answer.text}</p>}
        <span className={classes.meta}>
          <time dateTime={answer.createdAt}>{clockTime(new Date(answer.createdAt), format, timeZone)}</time>
        </span>
      </div>
      {answer.consent && <p className={classes.day}>{t(`sandbox.consent.${answer.consent}`, { channel })}</p>}
    </>
  )
}

const TICKS = {
  pending: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertCircle,
} as const

function Tick({ status }: { status: Status | undefined }) {
  const { t } = useTranslation()
  const state = tickOf(status)
  const Glyph = TICKS[state]
  return (
    <Tooltip label={t(`sandbox.tick.${state}`)}>
      <Glyph size={15} className={classes.tick} data-state={state} role="img" aria-label={t(`sandbox.tick.${state}`)} />
    </Tooltip>
  )
}
