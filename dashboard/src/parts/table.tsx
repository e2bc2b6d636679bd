import { VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './table.module.css'

interface TableProps {
  label: string
  columns: readonly string[]
  /** Names the column at the right, which tells the time. */
  when?: string
  /** Names a last column of buttons, to those who hear the table. */
  actions?: string
  className?: string | undefined
  /** Its rows; the classes of their cells are in `table.module.css`. */
  children: ReactNode
}

/** A table on wide screens; the same rows fold into cards on a phone. */
export function Table({ label, columns, when, actions, className = '', children }: TableProps) {
  return (
    <table className={`${classes.table} ${className}`} aria-label={label}>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          {when && (
            <th scope="col" className={classes.right}>
              {when}
            </th>
          )}
          {actions && (
            <th scope="col">
              <VisuallyHidden>{actions}</VisuallyHidden>
            </th>
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}
