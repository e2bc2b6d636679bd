import { Paper, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A titled block of a page. */
export function Panel({ title, children, flush }: { title?: string; children: ReactNode; flush?: boolean }) {
  return (
    <Paper component="section" withBorder bg="var(--panel)" style={{ borderColor: 'var(--line)', overflow: 'hidden' }}>
      {title && (
        <Title order={2} fz={15} px="md" pt="sm" pb={flush ? 'sm' : 0}>
          {title}
        </Title>
      )}
      <div style={flush ? undefined : { padding: 'var(--mantine-spacing-md)' }}>{children}</div>
    </Paper>
  )
}
