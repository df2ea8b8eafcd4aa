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
  { path: '/:path(.*)*', name: 'absent', component: () => import('./shell/AbsentPage.vue') },
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
