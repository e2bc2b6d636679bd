import type { DeadLetter } from '@carillon/client'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChannelName } from '../parts/channel.tsx'
import { eventName } from '../parts/event-name.ts'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import own from './letter-rows.module.css'

export function LetterRows({ items }: { items: readonly DeadLetter[] }) {
  const { t } = useTranslation()
  return (
    <Table
      label={t('failed.list')}
      columns={[t('messages.recipient'), t('failed.why'), t('messages.type'), t('messages.channel')]}
      when={t('messages.when')}
      className={own.table}
    >
      {items.map((item) => (
        <tr key={item.id}>
          <td className={cells.recipient}>
            <Link to="/messages/$id" params={{ id: item.id }} className={cells.link}>
              {item.contactName || t('failed.nameless')}
            </Link>
          </td>
          <td className={own.why}>
            {t(`failure.${item.reason}`)}
            {item.code && item.code !== item.reason && <code>{item.code}</code>}
          </td>
          <td className={cells.type}>{eventName(item.type)}</td>
          <td className={cells.channel}>
            <ChannelName channel={item.channel} />
          </td>
          <td className={`${cells.when} ${cells.right}`}>
            <When at={item.failedAt} />
          </td>
        </tr>
      ))}
    </Table>
  )
}
