import type { MessageItem } from '@carillon/client'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChannelName } from '../parts/channel.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { When } from '../parts/when.tsx'
import classes from './message-rows.module.css'

/** A table on wide screens; the same rows fold into cards on a phone. */
export function MessageRows({ items, label }: { items: readonly MessageItem[]; label: string }) {
  const { t } = useTranslation()
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t('messages.status')}</th>
          <th scope="col">{t('messages.recipient')}</th>
          <th scope="col">{t('messages.type')}</th>
          <th scope="col">{t('messages.channel')}</th>
          <th scope="col" className={classes.right}>
            {t('messages.when')}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <td className={classes.status}>
              <StatusBadge status={item.status} />
            </td>
            <td className={classes.recipient}>
              <Link to="/messages/$id" params={{ id: item.id }} className={classes.link}>
                {item.contactName || addressText(item)}
              </Link>
              {item.contactName && item.channel !== 'in_app' && <span className={classes.address}>{item.address}</span>}
            </td>
            <td className={classes.type}>{item.type}</td>
            <td className={classes.channel}>
              <ChannelName channel={item.channel} />
            </td>
            <td className={`${classes.when} ${classes.right}`}>
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
      </tbody>
    </table>
  )
}

/** In-app messages are addressed to the contact itself, whose id says nothing to a reader. */
const addressText = (item: MessageItem) => (item.channel === 'in_app' ? '—' : item.address)
