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

/** {@return the document to send} Fields that the form does not show stay as they were. */
export function documentOf(drafts: readonly RoleDraft[], former: RolesDocument | undefined): RolesDocument {
  const roles = drafts.map((draft): [string, Role] => [
    draft.name.trim(),
    { permissions: draft.permissions, 'authorized-labels': draft.labels.split(/[\s,]+/).filter((label) => label !== '') },
  ])
  return { ...former, roles: Object.fromEntries(roles) }
}
