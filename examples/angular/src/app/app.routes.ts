import type { Routes } from '@angular/router';
import { sessionGuard } from 'evertoken/angular';
import { Home } from './home';
import { SignIn } from './sign-in';

export const routes: Routes = [
  { path: 'sign-in', component: SignIn },
  { path: '', component: Home, canActivate: [sessionGuard('/sign-in')] },
];
