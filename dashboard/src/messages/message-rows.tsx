import type { MessageItem } from '@carillon/client'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChannelName } from '../parts/channel.tsx'
import { eventName } from '../parts/event-name.ts'
import { StatusBadge } from '../parts/status-badge.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'

export function MessageRows({ items, label }: { items: readonly MessageItem[]; label: string }) {
  const { t } = useTranslation()
  return (
    <Table
      label={label}
      columns={[t('messages.status'), t('messages.recipient'), t('messages.type'), t('messages.channel')]}
      when={t('messages.when')}
    >
      {items.map((item) => (
        <tr key={item.id}>
          <td className={cells.status}>
            <StatusBadge status={item.status} />
          </td>
          <td className={cells.recipient}>
            <Link to="/messages/$id" params={{ id: item.id }} className={cells.link}>
              {item.contactName || addressText(item)}
            </Link>
            {item.contactName && item.channel !== 'in_app' && <span className={cells.address}>{item.address}</span>}
          </td>
          <td className={cells.type}>{eventName(item.type)}</td>
          <td className={cells.channel}>
            <ChannelName channel={item.channel} />
          </td>
          <td className={`${cells.when} ${cells.right}`}>
            {item.status === 'scheduled' ? (
              <span>
                {t('messages.due')} <When at={item.dueAt} />
              </span>
            ) : (
              <When at={item.createdAt} />
            )}
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** In-app messages are addressed to the contact itself, whose id says nothing to a reader. */
const addressText = (item: MessageItem) => (item.channel === 'in_app' ? '—' : item.address)
