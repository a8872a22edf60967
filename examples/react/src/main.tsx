import { EvertokenProvider } from 'evertoken/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { startSession } from './session';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <EvertokenProvider start={startSession}>
      <App />
    </EvertokenProvider>
  </StrictMode>,
);
