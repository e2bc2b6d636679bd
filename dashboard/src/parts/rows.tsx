import type { ReactNode } from 'react'
import classes from './rows.module.css'

/** A list of people or things, one line each that wraps on a phone. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  )
}

/** Who it is, a line about them, and what can be done. */
export function Row({ name, second, children }: { name: ReactNode; second?: ReactNode; children?: ReactNode }) {
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <div style={{ fontWeight: 600 }}>{name}</div>
        {second && <div className={classes.second}>{second}</div>}
      </div>
      {children}
    </li>
  )
}
