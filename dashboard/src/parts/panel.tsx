import { Group, Paper, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface PanelProps {
  title?: string
  /** At the right of the title. */
  actions?: ReactNode
  children: ReactNode
  flush?: boolean
}

/** A titled block of a page. */
export function Panel({ title, actions, children, flush }: PanelProps) {
  return (
    <Paper component="section" withBorder bg="var(--panel)" style={{ borderColor: 'var(--line)', overflow: 'hidden' }}>
      {title && (
        <Group justify="space-between" wrap="nowrap" px="md" pt="sm" pb={flush ? 'sm' : 0}>
          <Title order={2} fz={15}>
            {title}
          </Title>
          {actions}
        </Group>
      )}
      <div data-flush={flush || undefined} style={flush ? undefined : { padding: 'var(--mantine-spacing-md)' }}>
        {children}
      </div>
    </Paper>
  )
}
