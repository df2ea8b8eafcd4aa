import { translate } from '@/i18n'

/** Roles as the server has them, and as a form shows them. */

export interface Role {
  permissions: string[]
  'authorized-labels': string[]
}

export interface RolesDocument {
  roles: Record<string, Role>
  'available-labels'?: string[]
}

export interface RoleDraft {
  name: string
  permissions: string[]
  /** Separated by spaces; `*` stands for every study. */
  labels: string
}

export function draftsOf(document: RolesDocument): RoleDraft[] {
  return Object.entries(document.roles).map(([name, role]) => ({ name, permissions: [...role.permissions], labels: role['authorized-labels'].join(' ') }))
}

/** {@return the document to send} Fields that the form does not show stay as they were. Two roles of one name are an error. */
export function documentOf(drafts: readonly RoleDraft[], former: RolesDocument | undefined): RolesDocument {
  const names = drafts.map((draft) => draft.name.trim())
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new Error(translate('access.twice', { name: twice }))
  const roles = drafts.map((draft): [string, Role] => [
    draft.name.trim(),
    { permissions: draft.permissions, 'authorized-labels': draft.labels.split(/[\s,]+/).filter((label) => label !== '') },
  ])
  return { ...former, roles: Object.fromEntries(roles) }
}
