import type { InAppItem } from '@carillon/client'
import { ActionIcon, Anchor, Group, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconMailOpened, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { isSafeLink } from '../parts/safe-link.ts'
import { When } from '../parts/when.tsx'
import classes from './feed-item.module.css'

interface FeedItemProps {
  item: InAppItem
  onMark(as: 'read' | 'unread' | 'archive'): void
  onFollow(): void
}

export function FeedItem({ item, onMark, onFollow }: FeedItemProps) {
  const { t } = useTranslation()
  const isUnread = !item.readAt
  const follow = () => {
    if (isUnread) onMark('read')
    onFollow()
  }

  return (
    <article className={classes.item} data-unread={isUnread || undefined}>
      <span className={classes.dot}>{isUnread && <VisuallyHidden>{t('bell.unread')}</VisuallyHidden>}</span>
      <div className={classes.body}>
        {item.actionUrl && isSafeLink(item.actionUrl) ? (
          <Anchor href={item.actionUrl} fz="sm" fw={isUnread ? 650 : 500} c="inherit" onClick={follow}>
            {item.title}
          </Anchor>
        ) : (
          <Text fz="sm" fw={isUnread ? 650 : 500}>
            {item.title}
          </Text>
        )}
        <Text fz="sm" c="dimmed" lineClamp={3} style={{ whiteSpace: 'pre-line' }}>
          {item.body}
        </Text>
        <Text fz="xs" c="dimmed" mt={2}>
          <When at={item.createdAt} />
        </Text>
      </div>
      <Group gap={2} wrap="nowrap" className={classes.actions}>
        <Tooltip label={isUnread ? t('bell.markRead') : t('bell.markUnread')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={isUnread ? t('bell.markRead') : t('bell.markUnread')}
            onClick={() => onMark(isUnread ? 'read' : 'unread')}
          >
            {isUnread ? <IconCheck size={16} aria-hidden /> : <IconMailOpened size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('bell.archive')}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('bell.archive')} onClick={() => onMark('archive')}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    </article>
  )
}
