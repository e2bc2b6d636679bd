import { Button } from '@mantine/core'
import { IconPlus, IconUpload } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type FileState, ImportContacts } from '../campaigns/import-contacts.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ContactForm } from './contact-form.tsx'

/** Adds one contact, or those of a file. */
export function AddContacts() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<'one' | 'file'>()
  const close = () => setAsked(undefined)
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUpload size={17} aria-hidden />}
        aria-haspopup="dialog"
        onClick={() => setAsked('file')}
      >
        {t('contacts.importFile')}
      </Button>
      <Button leftSection={<IconPlus size={17} aria-hidden />} aria-haspopup="dialog" onClick={() => setAsked('one')}>
        {t('contacts.add')}
      </Button>
      <Dialog opened={asked === 'one'} title={t('contacts.add')} onClose={close}>
        <ContactForm onBack={close} onSaved={({ id }) => void navigate({ to: '/contacts/$id', params: { id } })} />
      </Dialog>
      <Dialog opened={asked === 'file'} title={t('contacts.importFile')} size="lg" onClose={close}>
        <FromFile />
      </Dialog>
    </>
  )
}

const nothing = () => {}

function FromFile() {
  const queryClient = useQueryClient()
  const [id, setId] = useState<string>()
  // What has come in so far is in the list as soon as the file is done.
  const moved = useCallback(
    (state: FileState) => {
      if (state === 'none') void queryClient.invalidateQueries({ queryKey: ['contacts'] })
    },
    [queryClient],
  )
  return <ImportContacts id={id} onBegun={setId} onImported={nothing} onState={moved} />
}
