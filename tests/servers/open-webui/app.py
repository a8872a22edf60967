# Open WebUI's auth router alone, at the path that it has in the whole of it, for pages on this machine.
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from open_webui.config import seed_registered_defaults
from open_webui.routers import auths


@asynccontextmanager
async def lifespan(app):
    await seed_registered_defaults()
    app.state.redis = None
    yield


app = FastAPI(lifespan=lifespan)
app.add_middleware(
    CORSMiddleware,
    allow_origin_regex=r'http://127\.0\.0\.1:\d+',
    allow_credentials=True,
    allow_methods=['*'],
    allow_headers=['*'],
)
app.include_router(auths.router, prefix='/api/v1/auths')
