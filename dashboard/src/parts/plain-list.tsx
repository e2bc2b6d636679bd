import { List, type ListProps } from '@mantine/core'

const WHOLE_WIDTH = { itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }

/** A list without dots, whose items are as wide as it is. */
export const PlainList = (props: ListProps) => (
  <List listStyleType="none" spacing="sm" styles={WHOLE_WIDTH} {...props} />
)
