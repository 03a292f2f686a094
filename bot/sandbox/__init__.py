"""A strict local Slack workspace: the tests and the trial desk run the bot against it, over the wire only."""

from bot.sandbox.driver import DriverError, Message, Modal, Person
from bot.sandbox.faults import EVERY_CHANNEL, FaultPlan, Faults
from bot.sandbox.seed import SEED, Seed, SeedChannel, SeedPerson
from bot.sandbox.server import Sandbox
from bot.sandbox.travel import TravelStuckError

__all__ = [
    "EVERY_CHANNEL",
    "SEED",
    "DriverError",
    "FaultPlan",
    "Faults",
    "Message",
    "Modal",
    "Person",
    "Sandbox",
    "Seed",
    "SeedChannel",
    "SeedPerson",
    "TravelStuckError",
]
