import { Button, type ButtonProps, FileButton } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'

interface ChooseFileProps extends Pick<ButtonProps, 'variant' | 'loading' | 'disabled'> {
  label?: string
  onChoose(file: File): void
}

/** Asks for a CSV file. The same one can be chosen again, once it was corrected. */
export function ChooseFile({ label, onChoose, ...looks }: ChooseFileProps) {
  const { t } = useTranslation()
  const forget = useRef<() => void>(null)
  const choose = (file: File | null) => {
    forget.current?.()
    if (file) onChoose(file)
  }
  return (
    <FileButton accept=".csv,text/csv" resetRef={forget} onChange={choose}>
      {(props) => (
        <Button {...props} {...looks} leftSection={<IconUpload size={17} aria-hidden />}>
          {label ?? t('imports.choose')}
        </Button>
      )}
    </FileButton>
  )
}
