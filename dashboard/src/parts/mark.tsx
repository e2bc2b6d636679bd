import { Badge } from '@mantine/core'

/** A quiet word beside a name: what is special about it. */
export const Mark = ({ children }: { children: string }) => (
  <Badge variant="default" radius="sm" tt="none" fw={500} style={{ color: 'var(--ink-2)' }}>
    {children}
  </Badge>
)
