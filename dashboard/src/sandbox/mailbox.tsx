import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { IconInbox, IconMailOpened } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../parts/empty.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { Mail } from './mail.tsx'
import classes from './mailbox.module.css'
import { sandboxQuery } from './queries.ts'

interface MailboxProps {
  /** The mail that is open, by its id. */
  chosen: string | undefined
  /** Messages that were just sent from here: the first that arrives is opened. */
  awaited: readonly string[]
  onChoose(id: string | undefined): void
}

export function Mailbox({ chosen, awaited, onChoose }: MailboxProps) {
  const { t } = useTranslation()
  const mails = useInfiniteQuery(sandboxQuery('email'))
  const items = mails.data?.pages.flatMap((page) => page.items) ?? []

  const arrived = items.find(({ messageId }) => awaited.includes(messageId))?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: only an arrival moves the choice, never a later re-render
  useEffect(() => {
    if (arrived) onChoose(arrived)
  }, [arrived])

  return (
    <section className={classes.mailbox} aria-label={t('sandbox.mailbox')} data-reading={chosen ? true : undefined}>
      <div className={classes.list}>
        <h2 className={classes.heading}>{t('sandbox.mailbox')}</h2>
        {mails.error && <ProblemNotice error={mails.error} onRetry={() => void mails.refetch()} />}
        {mails.isPending && (
          <Stack p="sm" gap="xs">
            {[1, 2, 3, 4, 5].map((row) => (
              <Skeleton key={row} h={62} />
            ))}
          </Stack>
        )}
        {mails.data && items.length === 0 && (
          <Empty icon={IconInbox} title={t('sandbox.noMail')} text={t('sandbox.noMailText')} />
        )}
        <ul className={classes.rows}>
          {items.map((item) => (
            <li key={item.id}>
              <button
                type="button"
                className={classes.row}
                aria-current={item.id === chosen}
                onClick={() => onChoose(item.id)}
              >
                <span className={classes.line}>
                  <span className={classes.who}>{item.contactName || item.address}</span>
                  <span className={classes.time}>
                    <When at={item.createdAt} />
                  </span>
                </span>
                <span className={classes.subject}>{item.subject}</span>
                <span className={classes.preview}>{item.preview}</span>
              </button>
            </li>
          ))}
        </ul>
        {mails.hasNextPage && (
          <Button
            variant="subtle"
            fullWidth
            radius={0}
            loading={mails.isFetchingNextPage}
            onClick={() => void mails.fetchNextPage()}
          >
            {t('sandbox.older')}
          </Button>
        )}
      </div>
      <div className={classes.reading}>
        {chosen ? (
          <Mail id={chosen} onBack={() => onChoose(undefined)} />
        ) : (
          <Stack align="center" justify="center" h="100%" gap="xs" c="dimmed">
            <IconMailOpened size={36} stroke={1.3} aria-hidden />
            <Text fz="sm">{t('sandbox.noMailChosen')}</Text>
          </Stack>
        )}
      </div>
    </section>
  )
}
