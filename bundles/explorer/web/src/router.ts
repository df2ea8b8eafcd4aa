import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'

/** Each page is a chunk of its own. Addresses live behind the hash: the server serves one page whatever its prefix. */
export const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/studies' },
  {
    path: '/:list(patients|studies|series)',
    name: 'list',
    component: () => import('./studies/ResourcesPage.vue'),
    props: true,
  },
  {
    path: '/viewer/:level(studies|series|instances)/:id',
    name: 'viewer',
    component: () => import('./viewer/ViewerPage.vue'),
    props: true,
  },
  {
    path: '/:list(patients|studies|series|instances)/:id([0-9a-f-]{44})',
    name: 'resource',
    component: () => import('./resource/ResourcePage.vue'),
    props: true,
  },
  { path: '/compare/:first([0-9a-f-]{44})/:second([0-9a-f-]{44})?', name: 'compare', component: () => import('./tags/ComparePage.vue'), props: true },
  { path: '/jobs', name: 'jobs', component: () => import('./jobs/JobsPage.vue') },
  { path: '/activity', name: 'activity', component: () => import('./activity/ActivityPage.vue') },
  { path: '/query', name: 'query', component: () => import('./query/QueryPage.vue') },
  { path: '/worklist', name: 'worklist', component: () => import('./query/WorklistPage.vue') },
  { path: '/reference', name: 'reference', component: () => import('./reference/ReferencePage.vue') },
  { path: '/administration', redirect: '/administration/status' },
  {
    path: '/administration/:tab(status|options|features|plugins|modalities|peers|dicomweb|associations|logs|access|audit)',
    name: 'administration',
    component: () => import('./administration/AdministrationPage.vue'),
    props: true,
  },
  { path: '/extension/:id', name: 'extension', component: () => import('./extensions/ExtensionPage.vue'), props: true },
  { path: '/:path(.*)*', name: 'absent', component: () => import('./shell/AbsentPage.vue') },
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
